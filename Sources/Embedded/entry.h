// One entry of a list: the file FILE, named by what follows ROOT. Included once for each file.
{
  &FILE[sizeof ROOT - 1],
  (const unsigned char[]){
#embed FILE
  },
  sizeof (const unsigned char[]){
#embed FILE
  },
},
#undef FILE
