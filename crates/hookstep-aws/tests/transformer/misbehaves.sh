#!/bin/sh
# In the place of the process that evaluates: does what the expression says.
read -r job
case $job in
*'"behaves"'*) printf '={"a":1}' ;;
*'"fails"'*) printf '!{"message":"what"}\n' ;;
*'"fails-somewhere"'*) printf '!{"message":"what"}\n{"place":"where"}\n' ;;
*'"fails-and-hangs"'*) printf '!{"message":"what"}\n{"pl' && exec sleep 60 ;;
*'"fails-and-dies"'*) printf '!{"message":"what"}\n' && kill -KILL $$ ;;
*'"hangs"'*) printf '={"a":' && exec sleep 60 ;;
*'"uses-its-time"'*) kill -XCPU $$ ;;
*'"aborts"'*) kill -ABRT $$ ;;
*'"overflows"'*) kill -SEGV $$ ;;
*'"panics"'*) exit 90 ;;
*'"never-stops-talking"'*) exec yes = ;;
*'"talks-nonsense"'*) echo hello ;;
*'"says-nothing"'*) ;;
*'"half-a-failure"'*) printf '!{"message":"wh' ;;
*'"half-a-result"'*) printf '={"a":' && exit 1 ;;
*'"is-unable"'*) exit 91 ;;
esac
